"""Examples for the help of every command: lines as they are typed, of at most 76 letters."""

from collections.abc import Mapping

EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "compare": (
        "sampviz compare sample:t1",
        "sampviz compare sample:dwi --ops max,avg,flc --levels 2 -o dwi.pdf",
        'sampviz compare a.png b.png --ops "stride,blur:k=5+bilinear:2" -o figures',
    ),
    "report": (
        "sampviz report sample:t1 --ops max,stride,blur,flc -o t1.html",
        "sampviz report sample:dwi --volume --ops max,blur,flc -o volume.html",
        "sampviz report maps.npy --ops stride,blur --channel by=alias -o maps.html",
    ),
    "measure": (
        "sampviz measure sample:t1 --ops max,stride,blur",
        'sampviz measure "scans/**/*.nii.gz" --ops max,blur --slice 50% -o all.csv',
        "sampviz measure --explain alias",
    ),
    "spectrum": (
        "sampviz spectrum sample:t1 --ops max,stride,blur",
        "sampviz spectrum sample:t1 --ops max,blur --unit mm -o t1.pdf",
        "sampviz spectrum sample:zoneplate --ops stride,flc --two-d",
    ),
    "response": (
        "sampviz response --ops stride,avg,blur,flc",
        "sampviz response --ops blur:k=5,wavelet:name=db2 --db -o filters.pdf",
        "sampviz response --ops avg,blur --two-d -o maps.png",
    ),
    "shift": (
        "sampviz shift sample:siemens --ops max,blur",
        "sampviz shift sample:t1 --ops stride,flc --step 0.5 --axis both -o t1.gif",
    ),
    "tradeoff": (
        "sampviz tradeoff sample:t1 sample:dwi --ops max,avg,blur,flc",
        'sampviz tradeoff "scans/*.nii.gz" --ops avg,blur --x alias --y passband',
    ),
    "detect": (
        "sampviz detect sample:t1 --ops max,stride,avg,blur,flc --levels 2",
        "sampviz detect scan.nii.gz --ops max,blur --volume --mask tissue.nii.gz",
        "sampviz detect lesions.nii.gz --as labels --ops max,stride --levels 2",
    ),
    "figure": (
        "sampviz figure --list",
        "sampviz figure fig1 -o fig1.pdf --width 88",
        "sampviz figure flc sample:brick",
    ),
    "batch": (
        "sampviz batch gallery -o figures",
        "sampviz batch paper.toml --only 'fig*' --keep-going",
        "sampviz batch paper.toml --dry-run",
    ),
    "bids": (
        "sampviz bids raw derivatives/sampviz participant --suffix T1w",
        "sampviz bids raw derivatives/sampviz participant --shard 3/20",
        "sampviz bids raw derivatives/sampviz group",
    ),
    "inspect": (
        "sampviz inspect t1_compare.png",
        "sampviz inspect t1_max.nii.gz --json",
    ),
    "rerun": (
        "sampviz rerun t1_compare.png --check",
        "sampviz rerun t1_compare.png --input scans/t1.nii.gz -o again.png",
    ),
    "check": (
        "sampviz check paper.toml --baseline baselines --update",
        "sampviz check paper.toml --baseline baselines --html differences",
        "sampviz check gallery --baseline baselines --junit report.xml",
    ),
    "apply": (
        "sampviz apply sample:t1 max -o t1_max.nii.gz",
        "sampviz apply a.png blur:k=5+bilinear:2 -o a_blur.png --stages",
        "sampviz apply scan.nii.gz avg:k=3 --volume -o small.nii.gz",
    ),
    "explain": (
        "sampviz explain conv",
        "sampviz explain max --input '1 5 2 0;3 4 9 8;0 1 2 3;7 6 5 4'",
        "sampviz explain max+unpool -o unpool.gif",
    ),
    "ops": ("sampviz ops", "sampviz ops blur"),
    "shape": (
        "sampviz shape max:times=2+bilinear:4 --size 182x218",
        "sampviz shape conv:k=3:s=2:p=1 --size 224x224 --spacing 0.5",
        "sampviz shape --plans nnUNetPlans.json --configuration 3d_fullres",
    ),
    "network": (
        "sampviz network sample:unet sample:t1 --scale unit -o layers.html",
        "sampviz network --plans nnUNetPlans.json --configuration 3d_fullres",
        "sampviz network --torch nets.unet:make --weights net.pt --allow-code",
    ),
    "info": (
        "sampviz info sample:t1",
        "sampviz info scan.nii.gz --plane sagittal --slice 60% --json",
        "sampviz info knee.h5 --dataset kspace --kspace",
    ),
    "verify": ("sampviz verify", "sampviz verify --against torch --against cv2"),
    "doctor": ("sampviz doctor", "sampviz doctor --json > doctor.json"),
    "recipe": (
        "sampviz recipe init paper.toml",
        "sampviz recipe show fig1",
        "sampviz recipe lint paper.toml",
    ),
    "init": ("sampviz recipe init paper.toml",),
    "show": ("sampviz recipe show fig1", "sampviz recipe show paper.toml --json"),
    "lint": ("sampviz recipe lint paper.toml", "sampviz recipe lint a.toml b.toml"),
    "schema": ("sampviz recipe schema > recipe.schema.json",),
}
